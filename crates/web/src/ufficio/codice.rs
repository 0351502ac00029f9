//! The codice fiscale of a child who had none when the family filed.

use axum::{extract::Path, response::Response};
use sportello_app::ufficio::{
    self,
    codice::{self, Completed},
};
use sportello_domain::id::PraticaId;

use crate::{
    cx::{Cx, id},
    error::Result,
    posted::Posted,
    ufficio::{
        decision,
        pratica::{self, Typed},
    },
};

/// Writes it; one that cannot be written comes back as it was typed.
pub async fn complete(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let (pratica, typed): (PraticaId, _) = (id(&pratica)?, posted.text("codice").trim().to_owned());
    let done = codice::complete(&cx.portal, &cx.ctx, pratica, decision::version(&posted)?, &typed).await;
    let problem = match done {
        Ok(Completed::Wrong) => cx.t.get("ufficio-codice-errato"),
        Ok(Completed::Taken) => cx.t.get("ufficio-codice-di-altri"),
        Ok(Completed::Written) => return decision::finish(&cx, pratica, Ok(()), "").await,
        Err(error) => return decision::finish(&cx, pratica, Err(error), &typed).await,
    };
    let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
    pratica::draw(&cx, &shown, Typed { code: typed, code_problem: Some(problem), ..Typed::default() })
}
