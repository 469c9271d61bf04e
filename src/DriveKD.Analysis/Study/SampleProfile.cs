using DriveKD.Data.Samples;

namespace DriveKD.Analysis.Study;

/// <summary>
/// All that the studies need of one sample in one model: plain numbers, so that whoever wants to resume can write them down. Profiles that were
/// written and read again, every number whole, give the same results.
/// </summary>
/// <remarks>
/// Layer arrays have one item per layer, hidden-state arrays one more: the embeddings come first. A measure that the sample has no value for is
/// absent; NaN stands for a layer without one. Of a model with L layers and C channels it takes about 12 L C bytes.
/// </remarks>
public sealed record SampleProfile
{
    /// <summary>The name of samples of driving data in <see cref="Data"/>.</summary>
    public const string Driving = "driving";

    /// <summary>The measured model.</summary>
    public required string Model { get; init; }

    /// <summary>What the sample is known by, the same in every order of samples and for every model: <see cref="IdentityOf"/>.</summary>
    public required string Sample { get; init; }

    /// <summary>The data that it belongs to: <see cref="Driving"/>, or any other name for data that is compared with it.</summary>
    public string Data { get; init; } = Driving;

    /// <summary>What the question asks for; null for data without capabilities.</summary>
    public required Capability? Capability { get; init; }

    /// <summary>The model's layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Tokens of the sequence.</summary>
    public required int Tokens { get; init; }

    /// <summary>Vision tokens among them.</summary>
    public required int VisionTokens { get; init; }

    /// <summary>Positions of the answer.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>Measures that are one number per layer, hidden state or bin.</summary>
    public required IReadOnlyDictionary<StudyKind, double[]> Values { get; init; }

    /// <summary>Vectors of length 1, one per layer or hidden state; an empty one where there is none.</summary>
    public required IReadOnlyDictionary<VectorKind, float[][]> Vectors { get; init; }

    /// <summary>Distances to other models' maps.</summary>
    public IReadOnlyList<MapDistances> Distances { get; init; } = [];

    /// <summary>Why measures are absent.</summary>
    public IReadOnlyList<Absence> Absences { get; init; } = [];

    /// <summary>A sample's name for people: its file and its number in it.</summary>
    /// <param name="identity">What <see cref="IdentityOf"/> gave.</param>
    internal static string ShortName(string identity)
    {
        int end = identity.IndexOf(":$", StringComparison.Ordinal);
        return end < 0 ? identity : identity[..end];
    }

    /// <summary>The name of a sample by its place in its record file, whatever folder that lies in.</summary>
    /// <param name="sample">The sample.</param>
    public static string IdentityOf(Sample sample) => $"{Path.GetFileName(sample.Source.File)}#{sample.Source.Index}:{sample.Source.JsonPath}";
}
