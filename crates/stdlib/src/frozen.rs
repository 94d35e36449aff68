//! The modules written in the language, as bytecode inside the binary; decoded when first imported.

use std::rc::Rc;
use weft_bytecode::Code;

struct Entry {
    name: &'static str,
    package: bool,
    offset: usize,
    length: usize,
}

const BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/frozen.bin"));
/// Sorted by name.
const INDEX: &[Entry] = &include!(concat!(env!("OUT_DIR"), "/frozen.rs"));

/// A module that comes with Weft.
pub struct FrozenModule {
    pub code: Rc<Code>,
    /// Whether it has submodules.
    pub package: bool,
}

/// Finds a module by its dotted name.
pub fn find(name: &str) -> Option<FrozenModule> {
    let entry = &INDEX[INDEX.binary_search_by(|entry| entry.name.cmp(name)).ok()?];
    let code = weft_bytecode::decode(&BLOB[entry.offset..entry.offset + entry.length]).ok()?;
    Some(FrozenModule { code, package: entry.package })
}

/// The names of all modules that come with Weft.
pub fn names() -> impl Iterator<Item = &'static str> {
    INDEX.iter().map(|entry| entry.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_decodes_and_passes_the_verifier() {
        for name in names() {
            let module = find(name).unwrap_or_else(|| panic!("{name} does not decode"));
            weft_bytecode::verify(&module.code).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
    }
}
