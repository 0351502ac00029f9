-- A role says by itself at which school it counts (0012). This table was never written.

DROP TABLE ruolo_plesso;
