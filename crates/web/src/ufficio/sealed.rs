//! Opening class-A answers: only with a reason, only by POST, never kept by the browser.

use axum::{extract::Path, response::Response};
use sportello_app::ufficio;
use sportello_domain::id::PraticaId;

use crate::{
    cx::{Cx, id},
    error::Result,
    headers::no_store,
    posted::Posted,
    ufficio::pratica::{self, Typed},
};

/// Shows the pratica with its class-A answers; without a reason, the pratica with what is missing.
pub async fn open(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    match ufficio::open_sealed(&cx.portal, &cx.ctx, pratica, posted.text("motivo").trim()).await {
        Ok(shown) => pratica::draw(&cx, &shown, Typed::default()).map(no_store),
        Err(sportello_app::Error::Unacceptable(_)) => {
            let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
            let problem = cx.t.get("ufficio-motivo-lettura-manca");
            pratica::draw(&cx, &shown, Typed { sealed_problem: Some(problem), ..Typed::default() })
        }
        Err(error) => Err(error.into()),
    }
}
