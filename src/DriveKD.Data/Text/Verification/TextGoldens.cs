using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Text.Verification;

/// <summary>
/// Compares tokenizer, chat templates and training layout with a folder of recorded ones: <c>NAME-ids.json</c>,
/// <c>NAME-byte-token-ids.json</c> and <c>chat.json</c>, of which any may be absent.
/// </summary>
public static class TextGoldens
{
    private const string ChatFile = "chat.json";
    private const string IdsSuffix = "-ids.json";
    private const string ByteTokenSuffix = "-byte-token-ids.json";
    private const string DefaultTokenizer = "qwen2.5";

    // The special tokens that InternVL adds to the Qwen tokenizer, in the order of their ids.
    private static readonly string[] _internVLContents =
        ["<img>", "</img>", "<IMG_CONTEXT>", "<quad>", "</quad>", "<ref>", "</ref>", "<box>", "</box>"];

    /// <summary>Whether a folder holds goldens of this form.</summary>
    /// <param name="folder">Any path.</param>
    public static bool IsTextFolder(string folder) =>
        Directory.Exists(folder) && (File.Exists(Path.Combine(folder, ChatFile)) || Directory.EnumerateFiles(folder, "*" + IdsSuffix).Any());

    /// <summary>Runs every case of a folder. Rows come as they are ready.</summary>
    /// <param name="folder">The folder with the golden files.</param>
    /// <param name="tokenizerFolder">
    /// The tokenizer the goldens were made with. Without it, the folder's own <c>tokenizer.json</c> is taken, or else
    /// <c>data/tokenizers/NAME</c> or <c>shared/data/tokenizers/NAME</c> of the nearest folder that has it, above the golden
    /// folder or else above the working folder; NAME is the golden files' own.
    /// </param>
    /// <exception cref="InputException">There is nothing to run, no tokenizer is found, or a golden file is broken.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder, string? tokenizerFolder = null)
    {
        if (!IsTextFolder(folder))
        {
            throw new InputException(folder, $"is not a folder with {ChatFile} or a file *{IdsSuffix}.");
        }

        string[] files = [.. Directory.EnumerateFiles(folder, "*" + IdsSuffix).Order(StringComparer.Ordinal)];
        string[] names = [.. files.Select(NameOf).Distinct()];
        string chatTokenizer = names.Contains(DefaultTokenizer) ? DefaultTokenizer : names.FirstOrDefault(DefaultTokenizer);
        foreach (string name in names.DefaultIfEmpty(DefaultTokenizer))
        {
            BpeTokenizer tokenizer = BpeTokenizer.Load(tokenizerFolder ?? FindTokenizer(folder, name, Environment.CurrentDirectory));
            BpeTokenizer internVLTokenizer = tokenizer.WithSpecialTokens(_internVLContents);
            foreach (string file in files.Where(file => NameOf(file) == name))
            {
                IEnumerable<GoldenCheck> checks = file.EndsWith(ByteTokenSuffix, StringComparison.Ordinal)
                    ? TokenizerGoldens.RunByteTokens(file, tokenizer)
                    : TokenizerGoldens.RunIds(file, tokenizer, internVLTokenizer);
                foreach (GoldenCheck check in checks)
                {
                    yield return check;
                }
            }

            string chat = Path.Combine(folder, ChatFile);
            if (name == chatTokenizer && File.Exists(chat))
            {
                foreach (GoldenCheck check in new ChatGoldens(tokenizer, internVLTokenizer).Run(chat))
                {
                    yield return check;
                }
            }
        }
    }

    /// <summary>Runs a table of texts with their ids and decodings, as <c>goldens/tables/tokenizer.json</c> of the model goldens is one.</summary>
    /// <param name="file">The table.</param>
    /// <param name="tokenizer">The tokenizer it was made with.</param>
    /// <exception cref="InputException">The table is broken.</exception>
    public static IEnumerable<GoldenCheck> RunTable(string file, BpeTokenizer tokenizer) => TokenizerGoldens.RunTable(file, tokenizer);

    private static string NameOf(string file)
    {
        string name = Path.GetFileName(file);
        return name[..^(name.EndsWith(ByteTokenSuffix, StringComparison.Ordinal) ? ByteTokenSuffix : IdsSuffix).Length];
    }

    /// <summary>Where the tokenizer of a golden folder lies.</summary>
    internal static string FindTokenizer(string folder, string name, string workingFolder)
    {
        if (File.Exists(Path.Combine(folder, "tokenizer.json")))
        {
            return folder;
        }

        string[] places = [Path.Combine("data", "tokenizers", name), Path.Combine("shared", "data", "tokenizers", name)];
        foreach (string start in new[] { folder, workingFolder })
        {
            for (DirectoryInfo? parent = new DirectoryInfo(start).Parent; parent is not null; parent = parent.Parent)
            {
                if (places.Select(place => Path.Combine(parent.FullName, place)).FirstOrDefault(Directory.Exists) is { } found)
                {
                    return found;
                }
            }
        }

        throw new InputException(
            folder,
            $"the tokenizer {name} was not found: neither a tokenizer.json in the folder itself nor data/tokenizers/{name} in a folder above it "
            + "or above the working folder. Name its folder.");
    }
}
