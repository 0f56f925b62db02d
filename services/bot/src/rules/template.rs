//! Texts with variables in them, and conditions: Jinja, as minijinja has it. Checked when the rules
//! are read; what a variable holds is never read as a template.

use std::{collections::BTreeMap, sync::LazyLock};

use minijinja::{Environment, Error, value::Serde};
use serde_json::Value;

use super::names;

/// How much work a text may make: far more than any sensible one, far less than one that never ends.
const FUEL: u64 = 20_000;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment
});

/// What a conversation has learned.
pub(super) type Variables = BTreeMap<String, Value>;

/// Whether a text can be filled in, with variables that something sets.
pub(super) fn check(text: &str) -> Result<(), String> {
    if is_plain(text) {
        return Ok(());
    }
    let template = ENVIRONMENT.template_from_str(text).map_err(told)?;
    let used = template.undeclared_variables(false);
    names::variables(used.into_iter().filter(|name| !is_built_in(name)))
}

/// A text with its variables filled in.
pub(super) fn fill(text: &str, variables: &Variables) -> Result<String, String> {
    if is_plain(text) {
        return Ok(text.to_owned());
    }
    ENVIRONMENT.render_str(text, Serde(variables)).map_err(told)
}

/// Something to compute: a condition, or what a variable is set to.
#[derive(Debug)]
pub(super) struct Expression(String);

impl Expression {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let expression = ENVIRONMENT.compile_expression(text).map_err(told)?;
        let used = expression.undeclared_variables(false);
        names::variables(used.into_iter().filter(|name| !is_built_in(name)))?;
        Ok(Self(text.to_owned()))
    }

    pub(super) fn value(&self, variables: &Variables) -> Result<Value, String> {
        let value = self.eval(variables)?;
        serde_json::to_value(&value).map_err(|_| format!("`{}` gives no value", self.0))
    }

    pub(super) fn holds(&self, variables: &Variables) -> Result<bool, String> {
        self.eval(variables).map(|value| value.is_true())
    }

    fn eval(&self, variables: &Variables) -> Result<minijinja::Value, String> {
        let known = Serde(variables);
        let expression = ENVIRONMENT.compile_expression(&self.0);
        expression.and_then(|expression| expression.eval(known)).map_err(told)
    }
}

fn is_plain(text: &str) -> bool {
    !["{{", "{%", "{#"].iter().any(|mark| text.contains(mark))
}

fn is_built_in(name: &str) -> bool {
    ENVIRONMENT.globals().any(|(global, _)| global == name)
}

/// What is wrong, without the place: a text is short, and its own place is told already.
fn told(error: Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}
