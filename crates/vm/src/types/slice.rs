//! The methods of `slice`.
