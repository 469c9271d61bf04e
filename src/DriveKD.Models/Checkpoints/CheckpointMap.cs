using DriveKD.Data.Errors;
using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints;

/// <summary>Which stored tensor is which parameter of a config, and everything that does not fit.</summary>
public sealed class CheckpointMap
{
    /// <summary>A search for the nearest name compares all of them: worth its time for stray tensors, not for a file full of them.</summary>
    private const int MaxHints = 20;

    private CheckpointMap()
    {
    }

    /// <summary>The tensors that hold parameters, in the checkpoint's order.</summary>
    public required IReadOnlyList<MappedTensor> Tensors { get; init; }

    /// <summary>The tensors that are left out on purpose.</summary>
    public required IReadOnlyList<DroppedTensor> Dropped { get; init; }

    /// <summary>Missing, unknown, wrongly shaped, duplicate and unreadable tensors; empty where the checkpoint fits the config.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>The naming of the tensors in words, where it is known.</summary>
    public required string? Naming { get; init; }

    /// <summary>The head is a tensor of its own.</summary>
    public required bool HasHead { get; init; }

    /// <summary>Compares a checkpoint with a config.</summary>
    /// <param name="checkpoint">An open checkpoint; no tensor data is read.</param>
    /// <param name="config">The shape that the checkpoint should have.</param>
    public static CheckpointMap Create(Checkpoint checkpoint, ModelConfig config)
    {
        ProblemList problems = new();
        List<MappedTensor> tensors = [];
        List<DroppedTensor> dropped = [];
        Dictionary<string, ExpectedTensor> expected = config.Family.Expected(config).ToDictionary(tensor => tensor.Name);
        Dictionary<(string Name, int? Third), TensorEntry> found = [];
        int hints = 0;
        foreach (TensorEntry entry in checkpoint.Entries)
        {
            TensorPlace place = config.Family.Resolve(entry.Name);
            if (place.DropReason is not null)
            {
                dropped.Add(new DroppedTensor(entry, place.DropReason));
            }
            else if (place.Parameter is null || !expected.TryGetValue(place.Parameter, out ExpectedTensor? parameter))
            {
                problems.Add(Where(entry), $"is no tensor of the model that config.json describes{(hints++ < MaxHints ? Hint(place.Parameter, expected) : string.Empty)}.");
            }
            else if (FindTwin(found, place) is TensorEntry twin)
            {
                problems.Add(Where(entry), $"holds the same weights as tensor {twin.Name}; one of them is too many.");
            }
            else
            {
                found.Add((parameter.Name, place.Third), entry);
                Add(tensors, entry, parameter, place.Third, problems);
            }
        }

        bool hasHead = found.ContainsKey((config.Family.Names.Head, null));
        AddMissing(checkpoint.Folder, expected, found, config.Language.TiesWordEmbeddings, problems);
        return new CheckpointMap
        {
            Tensors = tensors,
            Dropped = dropped,
            Problems = problems.Count == 0 ? [] : problems.ToList(),
            Naming = config.Family.DescribeNaming(checkpoint.Entries.Select(entry => entry.Name)),
            HasHead = hasHead,
        };
    }

    private static void Add(List<MappedTensor> tensors, TensorEntry entry, ExpectedTensor parameter, int? third, ProblemList problems)
    {
        long rows = third is null ? parameter.Shape[0] : parameter.Shape[0] / 3;
        long[] shape = [rows, .. parameter.Shape[1..]];
        if (!entry.Shape.AsSpan().SequenceEqual(shape))
        {
            problems.Add(Where(entry), $"has the shape {entry.ShapeText}; config.json makes it {TensorShape.Format(shape)}.");
        }
        else if (!TensorDTypes.IsWeight(entry.DType))
        {
            problems.Add(Where(entry), $"has the dtype {TensorDTypes.NameOf(entry.DType)}; weights are read from F64, F32, F16 and BF16.");
        }
        else
        {
            tensors.Add(new MappedTensor(entry, parameter, (third ?? 0) * rows, rows));
        }
    }

    /// <summary>A tensor that already holds some of the same rows: the same name under another prefix, or fused beside split.</summary>
    private static TensorEntry? FindTwin(Dictionary<(string Name, int? Third), TensorEntry> found, TensorPlace place)
    {
        int?[] clashing = place.Third is null ? [null, 0, 1, 2] : [null, place.Third];
        return clashing.Select(third => found.GetValueOrDefault((place.Parameter!, third))).FirstOrDefault(entry => entry is not null);
    }

    private static void AddMissing(
        string folder,
        Dictionary<string, ExpectedTensor> expected,
        Dictionary<(string Name, int? Third), TensorEntry> found,
        bool isTied,
        ProblemList problems)
    {
        foreach (ExpectedTensor parameter in expected.Values)
        {
            bool[] thirds = [.. Enumerable.Range(0, 3).Select(third => found.ContainsKey((parameter.Name, third)))];
            if (found.ContainsKey((parameter.Name, null)) || thirds.All(isFound => isFound))
            {
                continue;
            }

            if (parameter.Part == ModelPart.Head)
            {
                if (!isTied)
                {
                    problems.Add($"{folder}, tensor {parameter.Name}", "is missing. Where the model's head is its embedding, config.json says tie_word_embeddings true.");
                }
            }
            else if (thirds.Any(isFound => isFound))
            {
                string absent = string.Join(" and ", new[] { "query", "key", "value" }.Where((_, third) => !thirds[third]));
                problems.Add($"{folder}, tensor {parameter.Name}", $"is stored in parts, of which {absent} is missing.");
            }
            else
            {
                problems.Add($"{folder}, tensor {parameter.Name}", $"is missing; the shape {TensorShape.Format(parameter.Shape)} is expected.");
            }
        }
    }

    private static string Where(TensorEntry entry) => $"{entry.File}, tensor {entry.Name}";

    private static string Hint(string? parameter, Dictionary<string, ExpectedTensor> expected)
    {
        string? near = parameter is null || parameter.Length > 200 ? null : NearestName.Find(parameter, expected.Keys);
        return near is null ? string.Empty : $"; the nearest name is {near}";
    }
}
