using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Describes a checkpoint folder from its small files and headers: no tensor data is read, libtorch is not loaded.</summary>
public static class CheckpointInspector
{
    /// <summary>Inspects a folder.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <returns>The report; what keeps the model from being loaded is among its faults.</returns>
    /// <exception cref="InputException">config.json or the weight files cannot be read at all; every problem at once.</exception>
    public static CheckpointReport Inspect(string folder)
    {
        ProblemList unreadable = new();
        ModelConfig? config = null;
        try
        {
            config = ModelConfigReader.Read(folder);
        }
        catch (InputException exception)
        {
            unreadable.AddRange(exception.Problems);
        }

        using Checkpoint? checkpoint = Directory.Exists(folder) ? Checkpoint.TryOpen(folder, unreadable) : null;
        return config is null || checkpoint is null ? throw new InputException(unreadable.ToList()) : Describe(folder, config, checkpoint);
    }

    private static CheckpointReport Describe(string folder, ModelConfig config, Checkpoint checkpoint)
    {
        ProblemList oddities = new();
        ProblemList faults = new();
        CheckpointMap map = CheckpointMap.Create(checkpoint, config);
        faults.AddRange(map.Problems);
        TokenizerReport? tokenizer = TokenizerScan.Read(folder, faults);
        FolderOddities files = new(folder, config, tokenizer, oddities, faults);
        string? template = files.FindChatTemplate();
        files.Check(checkpoint, map);
        PartReport[] parts = [.. map.Tensors.GroupBy(tensor => tensor.Parameter.Part).OrderBy(group => group.Key).Select(group => new PartReport(
            group.Key, group.Count(), group.Sum(tensor => tensor.Entry.ElementCount), group.Sum(tensor => tensor.Entry.ByteLength)))];
        FolderHabits habits = config.Family.HabitsOf(config);
        return new CheckpointReport
        {
            Folder = folder,
            Family = config.ModelType,
            Shape = config.Family.Presets.FirstOrDefault(preset => IsSameShape(preset.Config, config))?.Name,
            Naming = map.Naming,
            Config = config,
            Files = [.. checkpoint.Files.Select(file => Path.GetFileName(file.Path))],
            Parts = parts,
            Parameters = parts.Sum(part => part.Parameters),
            Bytes = checkpoint.Entries.Sum(entry => entry.ByteLength),
            DTypes = [.. checkpoint.Entries.GroupBy(entry => entry.DType).OrderBy(group => group.Key).Select(group => new DTypeReport(
                TensorDTypes.NameOf(group.Key), group.Count(), group.Sum(entry => entry.ElementCount), group.Sum(entry => entry.ByteLength)))],
            Memory = MemoryEstimate.Of(config, parts),
            TokensPerPicture = config.UsualPicture.Tokens,
            MaxTokensPerPicture = habits.Largest.Tokens,
            UsualPicture = habits.Usual,
            LargestPicture = habits.Largest.What,
            Tower = habits.Tower,
            VocabularyRows = config.Language.VocabularySize,
            Tokenizer = tokenizer,
            IsTied = !map.HasHead,
            ChatTemplate = template,
            Oddities = Distinct(oddities),
            Faults = Distinct(faults),
            Tensors = checkpoint.Entries,
        };
    }

    private static bool IsSameShape(ModelConfig preset, ModelConfig config) =>
        preset.TowerFacts().SequenceEqual(config.TowerFacts())
        && preset.Language with { VocabularySize = 1, TiesWordEmbeddings = false, RopeFactor = 1, RopeScaling = RopeScalingKind.None, NormEpsilon = 1 }
            == config.Language with { VocabularySize = 1, TiesWordEmbeddings = false, RopeFactor = 1, RopeScaling = RopeScalingKind.None, NormEpsilon = 1 };

    /// <summary>A file that two checks read is reported once.</summary>
    private static IReadOnlyList<Problem> Distinct(ProblemList problems) => problems.Count == 0 ? [] : [.. problems.ToList().Distinct()];
}
