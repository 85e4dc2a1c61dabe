//! Writes the accessors of `schema/` and the functions of `app/queries/`.

fn main() {
    lockstep_core::build::run();
}
