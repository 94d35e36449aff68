//! stub
pub const DEFS: &[super::bootstrap::Def] = &[];
pub const ELLIPSIS_DEFS: &[super::bootstrap::Def] = &[];
pub const NOT_IMPLEMENTED_DEFS: &[super::bootstrap::Def] = &[];
