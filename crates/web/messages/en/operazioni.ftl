# Office: the log of deeds, for those who check.

ufficio-menu-operazioni = Log
operazioni-titolo = Log of deeds
operazioni-testo = Who did what and when. It holds no content. That you looked is noted, too.
operazioni-di-uno = You see the deeds of one person only.
operazioni-di-tutti = Show those of everybody
operazioni-dal = From
operazioni-al = Until
operazioni-cosa = Deed
operazioni-cosa-aiuto = The word with which it begins, such as pratica. or ruolo.grant
operazioni-cosa-errato = Write small letters, points and underlines only.
operazioni-giorni-errati = Choose days in order, a year at most.
operazioni-aperture = Only openings of data on health, beliefs, income and accounts
operazioni-elenco = From { $dal } to { $al }, the latest first
operazioni-quando = When
operazioni-chi = Who
operazioni-cosa-col = What
operazioni-su = On what
operazioni-portale = The portal
operazioni-motivo = Reason:
operazioni-niente = No deed with these filters. Try other days.
operazioni-pagine = Pages of the log
operazioni-prima = Older
