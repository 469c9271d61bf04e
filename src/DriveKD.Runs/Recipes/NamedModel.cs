using System.Text.RegularExpressions;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>A model as an evaluation's recipe writes it: <c>NAME=FOLDER</c>, <c>NAME=openai:MODEL</c>, or without a name.</summary>
/// <param name="Name">What tables and files call it.</param>
/// <param name="Address">A folder, or <c>openai:MODEL</c>.</param>
public sealed partial record NamedModel(string Name, string Address)
{
    /// <summary>What stands in front of the name of a model behind a server.</summary>
    public const string ServerPrefix = "openai:";

    /// <summary>Whether a server has it.</summary>
    public bool IsBehindServer => Address.StartsWith(ServerPrefix, StringComparison.Ordinal);

    /// <summary>Its name in files: letters, digits, dots, underscores and hyphens.</summary>
    public string FileName => NotForFiles().Replace(Name, "_");

    /// <summary>Splits a text at the sign that ends a name; without a name that part is empty.</summary>
    /// <param name="text">The text.</param>
    public static (string Prefix, string Address) Split(string text)
    {
        Match match = NamePrefix().Match(text);
        return match.Success ? (match.Value, text[match.Length..]) : ("", text);
    }

    /// <summary>Reads a model. Without a name it is called as its folder's or its server's last part.</summary>
    /// <param name="text">The text.</param>
    public static NamedModel Parse(string text)
    {
        (string prefix, string address) = Split(text);
        string[] parts = address.Split(['/', '\\', ':'], StringSplitOptions.RemoveEmptyEntries);
        return new NamedModel(prefix.Length > 0 ? prefix[..^1].Trim() : parts.Length == 0 ? address : parts[^1], address);
    }

    /// <summary>Reads models.</summary>
    /// <param name="texts">The texts.</param>
    public static IReadOnlyList<NamedModel> Parse(IEnumerable<string> texts) => [.. texts.Select(Parse)];

    /// <summary>What is wrong with a list: models whose answers would go to one file.</summary>
    internal static IEnumerable<RuleBreach> FindFaults(ValueList<string>? texts, string key) =>
        from same in Parse(texts ?? []).GroupBy(model => model.FileName, StringComparer.OrdinalIgnoreCase)
        where same.Count() > 1
        select new RuleBreach(
            $"{same.Count()} models are called '{same.Key}': {string.Join(", ", same.Select(model => model.Address))}. Give each a name of its own: NAME=FOLDER", key);

    // One letter before an equals sign could be a Windows drive only with a colon, so a name may be as short.
    [GeneratedRegex(@"\A\s*[^=/\\:]+=", RegexOptions.CultureInvariant)]
    private static partial Regex NamePrefix();

    [GeneratedRegex(@"[^\p{L}\p{N}._-]+|\A\.+", RegexOptions.CultureInvariant)]
    private static partial Regex NotForFiles();
}
