//! stub
pub const DEFS: &[super::bootstrap::Def] = &[];
pub const FRAME_DEFS: &[super::bootstrap::Def] = &[];
