//! "Pagamento spontaneo > Mensa scolastica": the guide's nine fields.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use sportello_app::spontaneo::{self, Begun};
use sportello_domain::{
    calendar::legal_date,
    spontaneo::{AMOUNT_MAX, Campo, Modulo, Problem, month_value, months},
};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::{Error, Result},
    page::Page,
    pagopa::framed,
    posted::Posted,
    text::Text,
};

#[derive(Template)]
#[template(path = "pagopa/spontaneo.html")]
struct FormPage {
    page: Page,
    modulo: Modulo,
    months: Vec<Month>,
    /// Idempotency key: a form sent twice begins one payment.
    key: String,
    errors: ErrorBox,
}

struct Month {
    /// The first one carries the anchor of the whole group, where an error leads.
    anchor: String,
    value: String,
    words: String,
    chosen: bool,
}

impl FormPage {
    fn value(&self, field: &str) -> &str {
        let modulo = &self.modulo;
        match field {
            "cf" => &modulo.cf,
            "nome" => &modulo.nome,
            "email" => &modulo.email,
            "alunno" => &modulo.alunno,
            "struttura" => &modulo.struttura,
            "importo" => &modulo.importo,
            "utente" => &modulo.utente,
            _ => &modulo.dati,
        }
    }

    /// Whether the fields that are usually left empty stand open.
    fn opens_others(&self) -> bool {
        !self.modulo.utente.is_empty() || !self.modulo.dati.is_empty()
    }
}

/// The empty form.
pub(super) async fn form(cx: Cx) -> Result<Response> {
    let key = cx.portal.chance().secret();
    html(&form_page(&cx.page(""), Modulo::default(), today(&cx), key, Vec::new()))
}

fn today(cx: &Cx) -> NaiveDate {
    legal_date(cx.portal.clock().now())
}

fn form_page(
    base: &Page,
    modulo: Modulo,
    today: NaiveDate,
    key: String,
    problems: Vec<(&'static str, String)>,
) -> FormPage {
    let month = |(at, month): (usize, NaiveDate)| {
        let value = month_value(month);
        Month {
            anchor: if at == 0 { "periodo".to_owned() } else { format!("periodo-{at}") },
            words: base.t.month(month),
            chosen: modulo.periodi.contains(&value),
            value,
        }
    };
    let page = framed(base, base.t.get("spontaneo-titolo")).service(base.t.get("spontaneo-occhiello"));
    FormPage {
        page: page.failed_if(!problems.is_empty()),
        months: months(today).into_iter().enumerate().map(month).collect(),
        modulo,
        key,
        errors: ErrorBox::of_fields(base.t, problems),
    }
}

/// Begins a payment, or gives the form back with its problems.
pub(super) async fn begin(cx: Cx, posted: Posted) -> Result<Response> {
    // A field that nobody sees: only a program fills it in.
    if !posted.text("sito").is_empty() {
        return Err(Error::BadRequest("the form was filled in by a program"));
    }
    let modulo = read(&posted);
    match spontaneo::begin(&cx.portal, &cx.ctx, &modulo, posted.text("chiave")).await? {
        Begun::At(link) => Ok(cx.see_other(&format!("/pagopa/pagamento/{}", link.0))),
        Begun::Wrong(problems) => {
            let said = problems.into_iter().map(|(campo, problem)| (anchor(campo), words(cx.t, campo, problem)));
            let key = posted.text("chiave").to_owned();
            html_again(&form_page(&cx.page(""), modulo, today(&cx), key, said.collect()))
        }
    }
}

fn read(posted: &Posted) -> Modulo {
    let text = |name: &str| posted.text(name).to_owned();
    Modulo {
        cf: text("cf"),
        nome: text("nome"),
        email: text("email"),
        alunno: text("alunno"),
        periodi: posted.fields.iter().filter(|(name, _)| name == "periodo").map(|(_, value)| value.clone()).collect(),
        struttura: text("struttura"),
        importo: text("importo"),
        utente: text("utente"),
        dati: text("dati"),
    }
}

/// Anchor of a field, which is also its name.
fn anchor(campo: Campo) -> &'static str {
    match campo {
        Campo::Cf => "cf",
        Campo::Nome => "nome",
        Campo::Email => "email",
        Campo::Alunno => "alunno",
        Campo::Periodo => "periodo",
        Campo::Struttura => "struttura",
        Campo::Importo => "importo",
        Campo::Utente => "utente",
        Campo::Dati => "dati",
    }
}

/// The sentence at a field.
fn words(t: Text, campo: Campo, problem: Problem) -> String {
    match (problem, campo) {
        (Problem::NotPositive, _) => t.get("spontaneo-errore-importo-zero"),
        (Problem::Ambiguous, _) => t.get("spontaneo-errore-importo-dubbio"),
        (Problem::TooLarge, _) => t.get1("spontaneo-errore-importo-massimo", "massimo", t.euro(AMOUNT_MAX.cents())),
        (Problem::TooLong(max), campo) => {
            let name = match campo {
                Campo::Nome => t.get("spontaneo-nome"),
                Campo::Alunno => t.get("spontaneo-alunno"),
                Campo::Utente => t.get("spontaneo-utente"),
                _ => t.get("spontaneo-dati"),
            };
            t.get2("spontaneo-errore-lungo", "campo", name, "massimo", max)
        }
        (Problem::Wrong, Campo::Cf) => t.get("spontaneo-errore-cf"),
        (Problem::Wrong, Campo::Nome) => t.get("spontaneo-errore-nome"),
        (Problem::Wrong, Campo::Email) => t.get("spontaneo-errore-email"),
        (Problem::Wrong, Campo::Alunno) => t.get("spontaneo-errore-alunno"),
        (Problem::Wrong, Campo::Periodo) => t.get("spontaneo-errore-periodo"),
        (Problem::Wrong, Campo::Struttura) => t.get("spontaneo-errore-struttura"),
        (Problem::Wrong, _) => t.get("spontaneo-errore-importo"),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, day, see};

    fn page(base: &Page, modulo: Modulo) -> FormPage {
        let problems = modulo.check(day()).err().unwrap_or_default();
        let said = problems.into_iter().map(|(campo, problem)| (anchor(campo), words(base.t, campo, problem)));
        form_page(base, modulo, day(), "chiave".into(), said.collect())
    }

    #[test]
    fn the_form_renders_in_every_language_empty_and_with_every_problem() {
        see("pagopa-spontaneo", |base| form_page(&base, Modulo::default(), day(), "chiave".into(), Vec::new()));
        see("pagopa-spontaneo-errori", |base| page(&base, Modulo { importo: "10.000".into(), ..Modulo::default() }));
        let long =
            || Modulo { dati: "x".repeat(200), utente: "y".repeat(200), nome: "z".repeat(80), ..Modulo::default() };
        see("pagopa-spontaneo-lunghi", |base| page(&base, long()));
    }

    #[test]
    fn the_nine_fields_have_the_guides_labels_and_keep_what_was_typed() {
        let modulo = Modulo {
            nome: "<b>Mario".into(),
            periodi: vec!["2026-06".into()],
            struttura: "infanzia".into(),
            dati: "x".into(),
            importo: "10.000".into(),
            ..Modulo::default()
        };
        let html = page(&base(Lingua::It), modulo).render().unwrap();
        for label in [
            "C. Fiscale/P. IVA",
            "Ragione sociale",
            "E-mail",
            "Codice utente",
            "Cognome e nome beneficiario del servizio",
            "Periodo",
            "Struttura",
            "Altri dati eventuali",
            "Importo",
        ] {
            assert!(html.contains(&format!(">{label}<")), "{label}");
        }
        assert!(html.contains("value=\"&#60;b&#62;Mario\"") && html.contains("dieci o diecimila euro"));
        assert!(html.contains("value=\"2026-06\" checked") && html.contains("value=\"infanzia\" checked"));
        assert!(html.contains("<details class=\"altri\" open>"));
    }
}
