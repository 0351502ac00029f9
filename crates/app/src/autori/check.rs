//! What is wrong with the texts of a modello, and what came of each example.

use sportello_domain::modello::{AuthorError, Banca, Modello, Procedura, Texts};

/// The texts of a modello, looked at.
#[derive(Debug)]
pub struct Checked {
    /// Form and procedura, or what is wrong.
    pub read: Result<Box<(Modello, Procedura)>, Vec<AuthorError>>,
    /// The examples, when the form itself can be read.
    pub examples: Vec<Tried>,
}

/// An example that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What it shows.
    pub name: String,
    /// Line on which it stands.
    pub line: usize,
    /// Expected and found problems, when they differ.
    pub fault: Option<(Vec<String>, Vec<String>)>,
}

impl Checked {
    /// Reads the texts and runs the examples.
    pub fn new(texts: Texts<'_>) -> Self {
        let banca = Banca::shipped();
        let read = texts.read(&banca).map(Box::new);
        let form = Modello::parse_with(&format!("{}.toml", texts.name), texts.form, &banca);
        let examples = form.map(|form| tried(&form)).unwrap_or_default();
        Self { read, examples }
    }

    /// What is wrong.
    pub fn faults(&self) -> &[AuthorError] {
        self.read.as_ref().err().map_or(&[], Vec::as_slice)
    }
}

fn tried(form: &Modello) -> Vec<Tried> {
    let one = |(example, outcome): (&sportello_domain::modello::example::Example, Result<(), _>)| {
        let fault = |fault: sportello_domain::modello::example::ExampleFault| (fault.expected, fault.found);
        Tried { name: example.name.clone(), line: example.line, fault: outcome.err().map(fault) }
    };
    form.tried_examples().map(one).collect()
}
