//! The answers of a filed pratica with what is needed to show them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar,
    id::EnteId,
    lingua::Lingua,
    modello::{Answers, Difference, Facts, Form, PersonaFacts, Value},
};
use sportello_store::{pratica::PraticaRow, seal::Place};

use crate::{Portal, Result, bozza::open_filed, modello, modello::Document};

/// A filed pratica, readable.
pub(crate) struct Filed {
    pub(crate) document: Arc<Document>,
    pub(crate) answers: Answers,
    facts: Facts,
    /// Whether answers of class A were opened, too.
    whole: bool,
}

impl Filed {
    /// Opens every answer, class A too: for the applicant, for jobs, and for an office that was let in.
    pub(crate) async fn open(portal: &Portal, ente: EnteId, pratica: &PraticaRow) -> Result<Self> {
        Self::with(portal, ente, pratica, true).await
    }

    /// Opens the clear answers only: questions of class A are absent.
    pub(crate) async fn open_clear(portal: &Portal, ente: EnteId, pratica: &PraticaRow) -> Result<Self> {
        Self::with(portal, ente, pratica, false).await
    }

    async fn with(portal: &Portal, ente: EnteId, pratica: &PraticaRow, whole: bool) -> Result<Self> {
        let document = modello::document(portal, ente, &pratica.hash).await?;
        let place = Place::new("pratica", "sealed_answers", pratica.id);
        let sealed = pratica.sealed_answers.as_ref().filter(|_| whole);
        let answers = open_filed(&portal.sealer(ente).await?, &place, &pratica.answers.0, sealed)?;
        // Filed answers carry the names that were read when they were chosen: no register is asked.
        let facts = Facts {
            today: calendar::legal_date(pratica.received_at),
            anno_scolastico: pratica.anno_scolastico,
            plessi: Vec::new(),
            identita: PersonaFacts::default(),
            family: Vec::new(),
            iscrizioni: Vec::new(),
            previous: BTreeMap::new(),
            infected: BTreeSet::new(),
        };
        Ok(Self { document, answers, facts, whole })
    }

    /// The engine's view of it.
    pub(crate) fn form(&self, lingua: Lingua) -> Form<'_> {
        Form::new(&self.document.modello, &self.answers, &self.facts, lingua)
    }

    /// Whether answers of class A were opened.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// What was amended since the filing was like this.
    pub(crate) fn amended_since(&self, before: &Answers, lingua: Lingua) -> Vec<Difference> {
        let earlier = Form::new(&self.document.modello, before, &self.facts, lingua);
        self.form(lingua).amended_since(&earlier)
    }

    /// Title of the modello.
    pub(crate) fn title(&self, lingua: Lingua) -> String {
        self.document.modello.title(lingua, self.anno())
    }

    /// School year.
    pub(crate) fn anno(&self) -> AnnoScolastico {
        self.facts.anno_scolastico
    }

    /// The labels of questions of its form.
    pub(crate) fn labels(&self, fields: &[String], lingua: Lingua) -> Vec<String> {
        let label = |field: &String| Some(self.document.modello.campo(field)?.label.fill(lingua, self.anno()));
        fields.iter().filter_map(label).collect()
    }

    /// Whether one of the questions is of class A: then what is written about them is read like answers of class A.
    pub(crate) fn any_sealed(&self, fields: &[String]) -> bool {
        let sealed = |field: &String| self.document.modello.campo(field).is_some_and(|campo| campo.privacy.sealed());
        fields.iter().any(sealed)
    }

    /// A text answer: in the one row of the split group, or outside groups.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.value(field).and_then(|value| value.text())
    }

    /// An answer: in the one row of the split group, or outside groups.
    pub(crate) fn value(&self, field: &str) -> Option<&Value> {
        self.value_in(&self.answers, field)
    }

    /// The same of another state of the filing.
    pub(crate) fn value_in<'a>(&self, answers: &'a Answers, field: &str) -> Option<&'a Value> {
        let row = self.document.modello.split.as_ref().and_then(|group| answers.rows(group).first());
        row.and_then(|row| row.value(field)).or_else(|| answers.value(field))
    }
}
