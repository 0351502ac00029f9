# The data of a person, for the person and for whoever answers their request.

dati-titolo = Export my data
dati-link = Export my data
dati-testo = You download a ZIP archive with all that this portal keeps about you and your children.
dati-persona = your data and contacts, children, enrolments, delegations, drafts;
dati-pratiche = each application with questions, answers, steps, messages and files;
dati-documenti = bills, debts and payments;
dati-operazioni = who worked on your applications and when.
dati-avviso = The archive holds protected data, too. Keep it in a safe place and do not send it by e-mail.
dati-scarica = Download the archive
dati-copia = Download the whole application (PDF)
dati-pratica = Download the data of the application (JSON)
dati-copia-ufficio = Download the application (PDF, without protected data)
dati-ufficio-titolo = Data of a person
dati-ufficio-menu = Personal data
dati-ufficio-testo = To answer somebody who asked for their data in writing. Answers about health, beliefs, income and accounts are not in it. Who downloads is noted, and why.
dati-codice = Codice fiscale
dati-codice-aiuto = Of the person who asked for their data.
dati-codice-errato = Write a codice fiscale of 16 characters.
dati-nessuno = The portal keeps no data of this person.
dati-motivo = Why you download them
dati-motivo-aiuto = For example the protocol number of the request. 5 to 500 characters.
