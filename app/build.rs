//! Verifies the certificate and writes the accessors that `lockstep::schema!()` brings in.

fn main() {
    lockstep_core::build::run();
}
