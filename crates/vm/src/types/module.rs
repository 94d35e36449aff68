//! stub
pub const DEFS: &[super::bootstrap::Def] = &[];
