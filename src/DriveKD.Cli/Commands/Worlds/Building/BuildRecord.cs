using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>What a work folder was made with: its <c>build.json</c>.</summary>
/// <param name="Seed">The build's seed.</param>
/// <param name="Scale">Its scale.</param>
/// <param name="Program">The program and its commit.</param>
internal sealed record BuildRecord(long Seed, double Scale, string Program)
{
    private const string FileName = "build.json";

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a work folder's record; null where the folder is new or empty.</summary>
    /// <param name="work">The work folder.</param>
    /// <exception cref="InputException">The folder holds something else, or the record is damaged.</exception>
    public static BuildRecord? Read(string work)
    {
        string file = Path.Combine(work, FileName);
        try
        {
            if (File.Exists(file))
            {
                return JsonSerializer.Deserialize<BuildRecord>(File.ReadAllBytes(file), _options)
                    ?? throw new InputException(file, "holds null, expected what a build was made with.");
            }

            return !Directory.Exists(work) || Directory.EnumerateFileSystemEntries(work).All(entry => Path.GetFileName(entry) == BuildLock.FileName) ? null
                : throw new InputException(work, $"holds files, but no {FileName} of a build; name a new or empty folder with --work.");
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="work">The work folder.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(string work) => AtomicFile.WriteText(Path.Combine(work, FileName), JsonSerializer.Serialize(this, _options) + "\n");

    /// <summary>What differs from another, in words.</summary>
    /// <param name="now">The other.</param>
    public IEnumerable<string> DifferencesTo(BuildRecord now)
    {
        (string Name, string Then, string Now)[] facts =
        [
            ("seed", Text(Seed), Text(now.Seed)), ("scale", Text(Scale), Text(now.Scale)), ("program", Program, now.Program),
        ];
        return facts.Where(fact => fact.Then != fact.Now).Select(fact => $"was made with the {fact.Name} {fact.Then}, now it is {fact.Now}");
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
