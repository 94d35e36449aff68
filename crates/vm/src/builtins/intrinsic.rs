pub fn call(_vm: &mut crate::Vm, _which: u8, _a: &crate::Value, _b: &crate::Value) -> crate::Res {
    Ok(crate::Value::NONE)
}
