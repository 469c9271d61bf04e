using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>
/// Replays the recorded runs of a folder laid out as golden/trainer with the classes that train: models in models/, runs in case_*.json
/// with case_*.safetensors, their samples in samples_*.json and data_*.json; and compares its tables of losses, layers, projections,
/// weights and rates. What a case or table compares follows from what it holds.
/// </summary>
public static class TrainerGoldens
{
    private const string CasePattern = "case_*.json";

    private static readonly string[] _inputs = ["data_*.json", "samples_*.json", "parameter_order*.json", "images.json", CasePattern];

    /// <summary>Whether a folder is laid out like this.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) =>
        Directory.EnumerateFiles(folder, "parameter_order*.json").Any() && Directory.EnumerateFiles(folder, CasePattern).Any();

    /// <summary>Runs the folder while the rows are enumerated.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Pictures, device, choice of cases.</param>
    /// <param name="cancellation">Checked before every sample.</param>
    /// <returns>One row per case and stage. What keeps a case from being run is a failed row of it.</returns>
    /// <exception cref="InputException">The folder holds no case at all.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder, TrainerGoldenOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new TrainerGoldenOptions();
        if (!Directory.Exists(folder) || !AreIn(folder))
        {
            throw new InputException(folder, $"holds no recorded run: {CasePattern} and parameter_order.json are expected.");
        }

        return RunAll(folder, options, cancellation);
    }

    private static IEnumerable<GoldenCheck> RunAll(string folder, TrainerGoldenOptions options, CancellationToken cancellation)
    {
        string[] cases = [.. Names(folder, CasePattern).Where(options.Wants)];
        string[] tables = [.. Names(folder, "*.json").Except(_inputs.SelectMany(pattern => Names(folder, pattern))).Where(options.Wants)];
        TrainerFolder shared = new(folder, options.Pictures);
        int done = 0;
        foreach (string name in cases)
        {
            options.Progress?.Report(new DataProgress(name, done++, cases.Length + tables.Length));
            foreach (GoldenCheck check in TrainerCaseRunner.Run(shared, name, options.Device, cancellation))
            {
                yield return check;
            }
        }

        foreach (string name in tables)
        {
            cancellation.ThrowIfCancellationRequested();
            options.Progress?.Report(new DataProgress(name, done++, cases.Length + tables.Length));
            foreach (GoldenCheck check in TrainerTables.Run(name, Path.Combine(folder, name + ".json")))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<string> Names(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);
}
