//! Beginning one of one's pratiche again for another year: what comes along is said first.

use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    bozza::duplica::{self, Offer},
    pratica::{self, PraticaRow},
};
use sportello_domain::id::PraticaId;

use super::{LIST, detail::below};
use crate::{
    compila::draft::ConfirmPage,
    cx::{Cx, html, id},
    error::Result,
    page::Page,
    posted::Posted,
};

/// Asks before a draft is made; leads back where nothing can be begun again.
pub async fn ask(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    match duplica::offer(&cx.portal, &cx.ctx, pratica).await? {
        Some(offer) => {
            let shown = pratica::page(&cx.portal, &cx.ctx, pratica).await?;
            html(&confirm_page(&cx.page(""), &shown.row, &offer))
        }
        None => Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
    }
}

/// Makes the draft and opens it; where that cannot be done any more, leads back to the pratica.
pub async fn duplicate(cx: Cx, Path(pratica): Path<String>, _posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    match duplica::duplicate(&cx.portal, &cx.ctx, pratica).await {
        Ok(draft) => Ok(cx.see_other(&format!("/compila/{draft}"))),
        Err(App::NotAllowedNow) => Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
        Err(error) => Err(error.into()),
    }
}

fn confirm_page(base: &Page, row: &PraticaRow, offer: &Offer) -> ConfirmPage {
    let (t, path) = (base.t, format!("{LIST}/{}", row.id));
    let (question, confirm) = match offer.draft {
        None => (t.get1("duplica-testo", "titolo", offer.title.as_str()), t.get("duplica-conferma")),
        Some(_) => (t.get1("duplica-bozza-testo", "titolo", offer.title.as_str()), t.get("duplica-bozza-apri")),
    };
    ConfirmPage {
        page: below(base, t.get("duplica-titolo"))
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), path.clone()),
        question,
        action: format!("{path}/duplica"),
        confirm,
        back: path,
        keep: t.get("consultazione-ritira-no"),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::pratica::PraticaStatus;

    use super::*;
    use crate::{
        compila::sample::{see, uuid},
        consultazione::detail::example,
    };

    #[test]
    fn the_question_renders_in_every_language() {
        let row = example(PraticaStatus::Accepted).row;
        for (name, draft) in [("consultazione-duplica", None), ("consultazione-duplica-bozza", Some(uuid(7)))] {
            let offer = Offer { title: "Modello iscrizione mensa A.S. 2027/2028".to_owned(), draft };
            see(name, |base| confirm_page(&base, &row, &offer));
        }
    }
}
