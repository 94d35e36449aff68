//! stub
pub const PROPERTY_DEFS: &[super::bootstrap::Def] = &[];
pub const CLASSMETHOD_DEFS: &[super::bootstrap::Def] = &[];
pub const STATICMETHOD_DEFS: &[super::bootstrap::Def] = &[];
pub const GETSET_DEFS: &[super::bootstrap::Def] = &[];
pub const SUPER_DEFS: &[super::bootstrap::Def] = &[];
