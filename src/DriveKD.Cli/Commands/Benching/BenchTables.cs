using Spectre.Console;

namespace DriveKD.Cli.Commands.Benching;

/// <summary>Tables of measurements: names on the left, numbers on the right.</summary>
internal static class BenchTables
{
    /// <summary>A table with rounded borders.</summary>
    /// <param name="columns">Its columns; numbers stand in all but the first and one called "what".</param>
    public static Table New(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        for (int i = 0; i < columns.Length; i++)
        {
            TableColumn column = new(columns[i]);
            table.AddColumn(i == 0 || columns[i] == "what" ? column : column.RightAligned());
        }

        return table;
    }

    /// <summary>Adds a row of texts as they are.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cells">As many as it has columns.</param>
    public static void Add(this Table table, params string[] cells) =>
        table.AddRow([.. cells.Select(cell => new Text(PlainText.ForTerminal(cell)))]);
}
