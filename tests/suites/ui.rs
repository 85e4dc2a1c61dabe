//! What compiles, what does not, and how short the compiler's answer is.

#[test]
fn programs_compile_or_say_why_not() {
    let tests = trybuild::TestCases::new();
    tests.pass("ui/pass/*.rs");
    tests.compile_fail("ui/fail/*.rs");
}
