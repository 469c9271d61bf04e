using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>What the cases of a folder share: models, samples, pictures, orders of parameters. Each is read when it is first asked for.</summary>
internal sealed class TrainerFolder
{
    private readonly Lazy<IReadOnlyList<RecordedSampleSet>> _sets;
    private readonly Lazy<IReadOnlyList<ParameterOrder>> _orders;

    /// <param name="path">The folder.</param>
    /// <param name="pictures">The folder of the pictures themselves, where the user named it.</param>
    public TrainerFolder(string path, string? pictures)
    {
        Path = path;
        Pictures = new RecordedPictures(path, new PictureSource(path, pictures));
        _sets = new Lazy<IReadOnlyList<RecordedSampleSet>>(() =>
        {
            IReadOnlyList<Sample>[] records = [.. Files("data_*.json").Select(file => RecordReader.Read(file).Samples)];
            return [.. Files("samples_*.json").Select(file => RecordedSampleSet.Read(file, records))];
        });
        _orders = new Lazy<IReadOnlyList<ParameterOrder>>(() => [.. Files("parameter_order*.json").Select(ParameterOrder.Read)]);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The recorded pixels.</summary>
    public RecordedPictures Pictures { get; }

    /// <summary>The student's checkpoint.</summary>
    public string Student => System.IO.Path.Combine(Path, "models", "student");

    /// <summary>A teacher's checkpoint.</summary>
    /// <param name="role">The teacher's capability.</param>
    public string Teacher(Capability role) => System.IO.Path.Combine(Path, "models", "teacher-" + role.ToString().ToLowerInvariant());

    /// <summary>
    /// The samples of a run: those of the set that holds every sample it names with capability and length. Of several such sets, the one
    /// whose name the case bears; else the one that holds most.
    /// </summary>
    /// <param name="caseName">The case.</param>
    /// <param name="microSteps">The recorded samples of the run.</param>
    /// <exception cref="InputException">There is none, or a set or its records are broken.</exception>
    public RecordedSampleSet SamplesOf(string caseName, IReadOnlyList<GoldenFacts> microSteps) => _sets.Value
        .Where(set => set.Serves(microSteps))
        .OrderByDescending(set => caseName.Contains(System.IO.Path.GetFileNameWithoutExtension(set.File)["samples_".Length..], StringComparison.Ordinal))
        .ThenByDescending(set => set.Samples.Count)
        .FirstOrDefault()
            ?? throw new InputException(Path, "has no samples_*.json whose samples agree in number, capability and length T with those that the case ran.");

    /// <summary>The order of parameters in the vectors of a case.</summary>
    /// <param name="total">How many parameters the case trains; null for all.</param>
    /// <exception cref="InputException">There is none, or one is broken.</exception>
    public ParameterOrder OrderOf(long? total) => (total is null ? _orders.Value.MaxBy(order => order.Total) : _orders.Value.FirstOrDefault(order => order.Total == total))
        ?? throw new InputException(Path, $"has no parameter_order*.json of {total?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any"} parameters, as the case trains.");

    private string[] Files(string pattern) => [.. Directory.EnumerateFiles(Path, pattern).Order(StringComparer.Ordinal)];
}
