//! Turns `grammar/python.lalrpop` into the parser's tables.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=../../grammar/python.lalrpop");
    lalrpop::Configuration::new()
        .set_in_dir("../../grammar")
        .set_out_dir(std::env::var("OUT_DIR")?)
        .emit_rerun_directives(false)
        .process()
}
