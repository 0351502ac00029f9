//! Making a credit note, whole or by line, and saying what became of the credit that it left.

use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App, REASON,
    fatturazione::{self, Lines, OfficeDocument},
    riconciliazione::{self, Subject},
};
use sportello_domain::{euro::Euro, id::DocumentoContabileId};

use super::{
    name,
    retta::{Typed, draw, path},
};
use crate::{
    cx::{Cx, html, id},
    error::Result,
    posted::Posted,
    text::Text,
    ufficio::{conferma::Conferma, esito, framed, menu::DOCUMENTI},
};

/// Leads from the address of a form of a document to the document.
pub async fn back(cx: Cx, Path(documento): Path<String>) -> Result<Response> {
    let documento: DocumentoContabileId = id(&documento)?;
    Ok(cx.see_other(&path(documento)))
}

/// What the form of a credit note says.
struct Wanted {
    what: String,
    lines: Vec<String>,
    reason: String,
}

impl Wanted {
    fn read(posted: &Posted) -> Self {
        let lines = posted.fields.iter().filter(|(name, _)| name == "riga").map(|(_, value)| value.clone());
        Self {
            what: posted.text("cosa").to_owned(),
            lines: lines.collect(),
            reason: posted.text("motivo").replace("\r\n", "\n").trim().to_owned(),
        }
    }

    /// The lines that are taken back, or what is wrong with the form.
    fn check(&self, t: Text, shown: &OfficeDocument) -> std::result::Result<Lines, Vec<(&'static str, String)>> {
        let mut errors = Vec::new();
        let places: Vec<usize> = self.lines.iter().filter_map(|line| line.parse().ok()).collect();
        let known = places.len() == self.lines.len() && places.iter().all(|place| *place < shown.righe.len());
        let lines = match self.what.as_str() {
            "tutta" => Some(Lines::All),
            "righe" if known && !places.is_empty() => Some(Lines::Some(places)),
            "righe" => {
                errors.push(("riga", t.get("fatture-nota-quali")));
                None
            }
            _ => {
                errors.push(("cosa", t.get("fatture-nota-cosa")));
                None
            }
        };
        if !REASON.contains(&self.reason.chars().count()) {
            errors.push(("motivo", t.get("ufficio-motivo-5-500")));
        }
        match lines {
            Some(lines) if errors.is_empty() => Ok(lines),
            _ => Err(errors),
        }
    }

    fn typed(self) -> Typed {
        Typed { what: self.what, lines: self.lines, reason: self.reason, ..Typed::default() }
    }
}

/// Makes a credit note: first the page that says what it will do, then the deed.
pub async fn credit(cx: Cx, Path(documento): Path<String>, posted: Posted) -> Result<Response> {
    let documento: DocumentoContabileId = id(&documento)?;
    let shown = fatturazione::document(&cx.portal, &cx.ctx, documento).await?;
    let wanted = Wanted::read(&posted);
    if let Some(nota) = &shown.nota {
        return too_late(&cx, &shown, nota.by_me && nota.reason == wanted.reason, wanted);
    }
    let lines = match wanted.check(cx.t, &shown) {
        Ok(lines) => lines,
        Err(errors) => return draw(&cx, &shown, Typed { errors, ..wanted.typed() }),
    };
    if posted.text("conferma") != "si" {
        return html(&confirm(&cx, &shown, &lines, &wanted));
    }
    match fatturazione::credit(&cx.portal, &cx.ctx, documento, &lines, &wanted.reason).await {
        Ok(_) => Ok(cx.see_other(&path(documento))),
        Err(App::NotAllowedNow | App::Stale) => {
            let shown = fatturazione::document(&cx.portal, &cx.ctx, documento).await?;
            let twin = shown.nota.as_ref().is_some_and(|nota| nota.by_me && nota.reason == wanted.reason);
            too_late(&cx, &shown, twin, wanted)
        }
        Err(error) => Err(error.into()),
    }
}

/// The same form again leads to what it made; another one is told who was first.
fn too_late(cx: &Cx, shown: &OfficeDocument, twin: bool, wanted: Wanted) -> Result<Response> {
    if twin {
        return Ok(cx.see_other(&path(shown.id)));
    }
    let t = cx.t;
    let first = shown.nota.as_ref().and_then(|nota| {
        let by = nota.by.as_deref()?;
        Some(t.get2("fatture-nota-prima", "chi", by, "quando", t.moment(nota.at)))
    });
    let late = Some(first.unwrap_or_else(|| t.get("fatture-nota-non-ora")));
    draw(cx, shown, Typed { late, ..wanted.typed() })
}

fn confirm(cx: &Cx, shown: &OfficeDocument, lines: &Lines, wanted: &Wanted) -> Conferma {
    let t = cx.t;
    let document = name(t, shown.kind, &shown.number);
    let page = framed(&cx.page(""), t.get("fatture-nota-conferma"))
        .crumb(t.get("fatture-titolo"), DOCUMENTI)
        .crumb(document.clone(), path(shown.id));
    let taken: Vec<_> = match lines {
        Lines::All => shown.righe.iter().collect(),
        Lines::Some(places) => places.iter().filter_map(|place| shown.righe.get(*place)).collect(),
    };
    let total = match lines {
        Lines::All => shown.total,
        Lines::Some(_) => Euro::from_cents(taken.iter().map(|riga| riga.amount.cents()).sum()),
    };
    let mut facts =
        vec![(t.get("fatture-alunno"), shown.alunno.clone()), (t.get("fatture-pagante"), shown.pagante.clone())];
    facts.extend(taken.iter().map(|riga| (riga.text.clone(), t.euro(riga.amount.cents()))));
    facts.push((t.get("fatture-nota-motivo"), wanted.reason.clone()));
    let mut carried = vec![("conferma", "si".to_owned()), ("cosa", wanted.what.clone())];
    carried.extend(wanted.lines.iter().map(|line| ("riga", line.clone())));
    carried.push(("motivo", wanted.reason.clone()));
    Conferma {
        page,
        said: vec![
            t.get2("fatture-nota-dice", "importo", t.euro(total.cents()), "documento", document),
            money(t, shown),
            t.get("fatture-nota-pasti"),
        ],
        facts,
        action: format!("{}/nota-di-credito", path(shown.id)),
        carried,
        button: t.get("fatture-nota-fai"),
        back: path(shown.id),
    }
}

/// What becomes of the money, before it is done.
fn money(t: Text, shown: &OfficeDocument) -> String {
    if shown.payments.is_empty() { t.get("fatture-soldi-meno") } else { t.get("fatture-soldi-pagata") }
}

/// Says what became of the credit that a credit note left.
pub async fn refund(cx: Cx, Path(documento): Path<String>, posted: Posted) -> Result<Response> {
    let documento: DocumentoContabileId = id(&documento)?;
    let shown = fatturazione::document(&cx.portal, &cx.ctx, documento).await?;
    let (typed, outcome) = esito::read(&posted);
    let outcome = match (outcome, esito::problems(cx.t, outcome, &typed)) {
        (Some(outcome), errors) if errors.is_empty() => outcome,
        (_, errors) => return draw(&cx, &shown, Typed { refund: typed, errors, ..Typed::default() }),
    };
    match riconciliazione::resolve(&cx.portal, &cx.ctx, Subject::Nota(documento), outcome, &typed.reason).await {
        Ok(()) => Ok(cx.see_other(&path(documento))),
        Err(App::NotAllowedNow) => {
            let shown = fatturazione::document(&cx.portal, &cx.ctx, documento).await?;
            let decided = shown.nota.as_ref().and_then(|nota| nota.credit.as_ref()?.1.as_ref());
            if decided.is_some_and(|decided| esito::is_twin(decided, outcome, &typed)) {
                return Ok(cx.see_other(&path(documento)));
            }
            let late = Some(esito::first(cx.t, decided));
            draw(&cx, &shown, Typed { refund: typed, late, ..Typed::default() })
        }
        Err(error) => Err(error.into()),
    }
}
