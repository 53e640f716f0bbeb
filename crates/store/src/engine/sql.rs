//! Statements: their texts, declared in the files that run them.

/// A statement's text. Made by [`statements!`] only, so that tests can prepare every one on both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sql(&'static str);

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    pub(crate) const fn text(self) -> &'static str {
        self.0
    }
}

/// Declares a file's statements, and lists them for the test that prepares them all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::engine::Sql = $crate::engine::Sql::new($sql);)*

        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, $crate::engine::Sql)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;
