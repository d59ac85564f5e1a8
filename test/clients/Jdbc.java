import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;

/** Asks the SQL API as JDBC tools do: {@code java -cp postgresql.jar Jdbc.java <url>}. A line an answer: name, tab, value. */
public class Jdbc {
  static void say(String name, Object value) {
    System.out.println(name + "\t" + value);
  }

  static String rows(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    StringBuilder text = new StringBuilder();
    while (rows.next()) {
      for (int i = 1; i <= columns; i++) text.append(rows.getString(i)).append(i < columns ? "," : ";");
    }
    return text.toString();
  }

  static int count(ResultSet rows) throws SQLException {
    int found = 0;
    while (rows.next()) found++;
    return found;
  }

  public static void main(String[] arguments) throws Exception {
    try (Connection connection = DriverManager.getConnection(arguments[0])) {
      catalogue(connection.getMetaData());
      statements(connection);
    }
  }

  static void catalogue(DatabaseMetaData data) throws SQLException {
    say("tables", count(data.getTables(null, null, "%", new String[] {"TABLE", "VIEW"})));
    try (ResultSet columns = data.getColumns(null, "public", "sessions", "watch_time_s")) {
      columns.next();
      say("column", columns.getString("TYPE_NAME") + "," + columns.getInt("DATA_TYPE") + "," + (columns.getString("REMARKS") != null));
    }
    say("schemas", count(data.getSchemas()) > 0);
    say("catalogs", count(data.getCatalogs()) > 0);
    say("types", count(data.getTypeInfo()) > 100);
    say("keys", count(data.getPrimaryKeys(null, "public", "sessions")) + count(data.getImportedKeys(null, "public", "sessions")));
    say("indexes", count(data.getIndexInfo(null, "public", "sessions", false, false)));
    say("functions", count(data.getFunctions(null, null, "date_trunc")) > 0);
    say("privileges", count(data.getTablePrivileges(null, "public", "sessions")) > 0);
  }

  static void statements(Connection connection) throws Exception {
    String byDevice = "select device, measure(watch_time_s), measure(session_count) from sessions group by 1 order by 1";
    try (Statement statement = connection.createStatement()) {
      ResultSet found = statement.executeQuery(byDevice);
      ResultSetMetaData columns = found.getMetaData();
      say("columns", columns.getColumnTypeName(1) + "," + columns.getColumnTypeName(2) + "," + columns.getColumnTypeName(3));
      say("by device", rows(found));
      statement.setMaxRows(5);
      say("max rows", count(statement.executeQuery("select session_id from sessions")));
    }
    // After five executions the driver asks for binary results.
    try (PreparedStatement prepared = connection.prepareStatement(
        "select device, measure(watch_time_s), measure(session_count), max(started_at) from sessions where device = ? and started_at >= ? group by 1")) {
      String first = null;
      boolean isSame = true;
      for (int i = 0; i < 8; i++) {
        prepared.setString(1, "tv");
        prepared.setTimestamp(2, Timestamp.valueOf("2020-01-01 00:00:00"));
        String answer = rows(prepared.executeQuery());
        if (first == null) first = answer;
        isSame &= first.equals(answer);
      }
      say("prepared", first);
      say("prepared is the same", isSame);
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(100);
      say("fetched in hundreds", count(statement.executeQuery("select session_id, started_at from sessions")));
    }
    connection.commit();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("select nothing from sessions");
    } catch (SQLException error) {
      say("error", error.getSQLState());
    }
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      statement.executeQuery("select pg_sleep(20)");
    } catch (SQLException error) {
      say("timeout", error.getSQLState());
    }
    say("valid", connection.isValid(5));
  }
}
