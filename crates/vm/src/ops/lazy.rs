//! The steps of `map`, `filter`, `zip`, `enumerate` and `iter(callable, sentinel)`. Where such an object is iterated over
//! by an instruction and its sources run in frames, `dispatch/lazy.rs` has a quicker way of the same.

use super::steps::{Got, Local, Operands, Steps, Want};
use crate::objects::{CallIter, Enumerate, Filter, Map, Zip, pair, tuple};
use crate::value::Value;
use crate::{Res, Vm, types};

/// The items of a local state as arguments of a call.
fn operands(local: &mut Local) -> Operands {
    Operands::from_vec(std::mem::take(&mut local.items))
}

impl Steps for Map {
    fn of(object: &Value) -> Option<&Map> {
        object.downcast()
    }

    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        match got {
            Got::Item(item) => {
                if let [_] = self.iterators.as_slice() {
                    return Ok(Want::GiveCall(self.function.clone(), [item].into_iter().collect()));
                }
                local.items.push(item);
            }
            Got::Begin => {}
            _ => return Ok(Want::End),
        }
        Ok(match self.iterators.get(local.items.len()) {
            Some(source) => Want::Next(source.clone()),
            None => Want::GiveCall(self.function.clone(), operands(local)),
        })
    }
}

impl Steps for Filter {
    fn of(object: &Value) -> Option<&Filter> {
        object.downcast()
    }

    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Item(item) => {
                if self.function.is_none() || self.function.is(types().bool.value()) {
                    local.kept = Some(item.clone());
                    Want::Truth(item)
                } else {
                    local.kept = Some(item);
                    Want::Test(self.function.clone())
                }
            }
            Got::Value(answer) => Want::Truth(answer),
            Got::True => local.kept.take().map_or(Want::End, Want::Give),
            Got::Begin | Got::False => Want::Next(self.iterator.clone()),
            _ => Want::End,
        })
    }
}

/// What a strict `zip` does after its first source ended: finds out whether the others do, too.
const ENDING: u32 = 1;

impl Steps for Zip {
    fn of(object: &Value) -> Option<&Zip> {
        object.downcast()
    }

    #[inline(always)]
    fn step(&self, vm: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        let at = local.items.len();
        match got {
            Got::Begin if self.iterators.is_empty() => return Ok(Want::End),
            Got::Begin => {}
            Got::Item(_) if local.phase >= ENDING => return Err(vm.uneven_zip(local.phase as usize, "longer")),
            Got::Item(item) => match (local.items.as_mut_slice(), self.iterators.len()) {
                ([first], 2) => return Ok(Want::Give(pair(std::mem::replace(first, Value::UNSET), item))),
                _ => local.items.push(item),
            },
            Got::End if !self.strict => return Ok(Want::End),
            Got::End if at > 0 => return Err(vm.uneven_zip(at, "shorter")),
            Got::End => local.phase += ENDING,
            _ => return Ok(Want::End),
        }
        let next = if local.phase >= ENDING { local.phase as usize } else { local.items.len() };
        Ok(match self.iterators.get(next) {
            Some(source) => Want::Next(source.clone()),
            None if local.phase >= ENDING => Want::End,
            None => Want::Give(tuple(std::mem::take(&mut local.items))),
        })
    }
}

impl Steps for Enumerate {
    fn of(object: &Value) -> Option<&Enumerate> {
        object.downcast()
    }

    #[inline(always)]
    fn step(&self, vm: &mut Vm, _: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin => Want::Next(self.iterator.clone()),
            Got::Item(item) => Want::Give(vm.number_item(self, item)?),
            _ => Want::End,
        })
    }
}

impl Steps for CallIter {
    fn of(object: &Value) -> Option<&CallIter> {
        object.downcast()
    }

    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin => match self.callable.get() {
                callable if callable.is_unset() => Want::End,
                callable => Want::Call(callable.clone(), Operands::new()),
            },
            // The call itself may have used the iterator up.
            Got::Value(_) if self.callable.get().is_unset() => Want::End,
            Got::Value(item) => {
                local.kept = Some(item.clone());
                Want::Same(self.sentinel.clone(), item)
            }
            Got::False => local.kept.take().map_or(Want::End, Want::Give),
            _ => {
                drop(self.callable.replace(Value::UNSET));
                Want::End
            }
        })
    }

    fn raised(&self, vm: &mut Vm) {
        if vm.thrown_is(&types().exceptions.StopIteration) {
            drop(self.callable.replace(Value::UNSET));
        }
    }
}
