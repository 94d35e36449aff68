pub fn match_keys(_vm: &mut crate::Vm, _s: &crate::Value, _k: &crate::Value) -> crate::Res {
    Ok(crate::Value::NONE)
}
pub fn match_class(
    _vm: &mut crate::Vm,
    _s: &crate::Value,
    _c: &crate::Value,
    _n: usize,
    _k: &crate::Value,
) -> crate::Res {
    Ok(crate::Value::NONE)
}
