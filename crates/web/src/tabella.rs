//! Handing out what is long: its bytes as they are made.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use futures::TryStream;
use sportello_app::{
    Error as App,
    dati::Dati,
    tabella::{Righe, Tabella},
};
use sportello_domain::foglio::Formato;

use crate::{headers::no_store, posted::Posted};

/// Answers a table as it is read.
pub(crate) fn stream<R: Righe>(table: Tabella<R>) -> Response {
    let (formato, name) = (table.formato, format!("{}.{}", table.name, table.formato.word()));
    let parts = futures::stream::try_unfold(table, async |mut table| {
        let part = table.next().await?;
        Ok::<_, App>(part.map(|part| (part, table)))
    });
    attachment(&name, formato.media_type(), parts)
}

/// Answers the data of a person as they are read.
pub(crate) fn archive(dati: Dati) -> Response {
    let parts = futures::stream::try_unfold(dati, async |mut dati| {
        let part = dati.next().await?;
        Ok::<_, App>(part.map(|part| (part, dati)))
    });
    attachment("dati-personali.zip", "application/zip", parts)
}

/// A file to save. One that breaks off ends without the last bytes of its transfer, so the browser says that it failed.
fn attachment(
    name: &str,
    media_type: &'static str,
    parts: impl TryStream<Ok = Vec<u8>, Error = App> + Send + 'static,
) -> Response {
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, name.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    no_store(response)
}

/// How a table was asked for: by the button that was pressed.
pub(crate) fn formato(posted: &Posted) -> Formato {
    Formato::of(posted.text("formato")).unwrap_or_default()
}

/// Path of the table of a list without filters; nothing where the list is empty.
pub(crate) fn of(list: &str, is_empty: bool) -> Option<String> {
    (!is_empty).then(|| path(list, list))
}

/// Path of the table of a list that is shown with this query in its address.
pub(crate) fn path(list: &str, path_and_query: &str) -> String {
    match path_and_query.split_once('?') {
        Some((_, query)) if !query.is_empty() => format!("{list}/elenco?{query}"),
        _ => format!("{list}/elenco"),
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_table_has_the_query_of_its_list() {
        let asked = |path_and_query: &str| path("/ufficio/pratiche", path_and_query);
        assert_eq!(asked("/ufficio/pratiche?filtro=mie&q=a%26b"), "/ufficio/pratiche/elenco?filtro=mie&q=a%26b");
        assert_eq!(asked("/ufficio/pratiche"), "/ufficio/pratiche/elenco");
        assert_eq!(asked("/ufficio/pratiche?"), "/ufficio/pratiche/elenco");
    }
}
