using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Evaluation.Verification;

/// <summary>
/// Compares the statistics with a folder laid out as golden/statistics: JSON files whose sections (<c>wilson</c>, <c>mcnemar_exact</c>,
/// <c>paired_t</c>, ...) hold inputs and what a reference library makes of them. A file is known by its sections, whatever its name.
/// </summary>
public static class StatisticsGoldens
{
    /// <summary>The usual name. A file of it that is no JSON object is a broken table, not another kind of file.</summary>
    private const string UsualName = "statistics.json";

    /// <summary>A table of statistics is small; larger files are something else and are not looked into.</summary>
    private const long MostBytes = 64_000_000;

    /// <summary>Whether a folder holds a file of this form.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) => Directory.Exists(folder) && Tables(folder).Any();

    /// <summary>Compares the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>One row per section and statistic, in the order of the file.</returns>
    /// <exception cref="InputException">Something in a table is not of this form: the first place of each section.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder)
    {
        foreach (string table in Tables(folder))
        {
            using JsonDocument document = Open(table);
            ProblemList problems = new();
            foreach (JsonProperty section in document.RootElement.EnumerateObject())
            {
                IEnumerable<GoldenCheck> checks = [];
                try
                {
                    checks = StatisticsSections.Compare(new GoldenElement(section.Name, section.Value));
                }
                catch (FormatException exception)
                {
                    problems.Add(table, exception.Message);
                }

                foreach (GoldenCheck check in checks)
                {
                    yield return check;
                }
            }

            problems.ThrowIfAny();
        }
    }

    private static IEnumerable<string> Tables(string folder) =>
        Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Where(IsTable);

    private static JsonDocument Open(string table)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(table));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new InputException(table, "is not a JSON object; one whose members are sections such as \"wilson\" is expected.");
        }
        catch (JsonException exception)
        {
            throw new InputException(table, $"is not valid JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(table, $"cannot be read: {exception.Message}", exception);
        }
    }

    private static bool IsTable(string file)
    {
        bool isNamed = Path.GetFileName(file) == UsualName;
        try
        {
            return new FileInfo(file).Length <= MostBytes && (HasKnownSection(File.ReadAllBytes(file)) ?? isNamed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // What cannot be read is recognised by its name alone, and Run says what is wrong with it.
            return isNamed;
        }
    }

    /// <summary>Reads the names of the outermost members, nothing inside them.</summary>
    /// <returns>Null where there are no members.</returns>
    private static bool? HasKnownSection(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        bool? isKnown = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isKnown = (isKnown ?? false) | StatisticsSections.IsKnown(reader.GetString()!);
            reader.Skip();
        }

        return isKnown;
    }
}
