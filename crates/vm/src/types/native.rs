//! stub
pub const DEFS: &[super::bootstrap::Def] = &[];
pub const DESCRIPTOR_DEFS: &[super::bootstrap::Def] = &[];
