//! Prints the part of `docs/stati.md` that is made of the tables; `cargo xtask stati` puts it there.

fn main() {
    print!("{}", sportello_domain::pratica::generated());
}
