using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>The tensor names of a model as the reference writes them: one of the checkpoints beside it has just these parameters.</summary>
internal static class NameTable
{
    /// <summary>What the key of the names begins with.</summary>
    public const string KeyBegin = "tensors_as_saved";

    public static void Run(GoldenCase table, StageTable stages, IReadOnlyList<(string Name, Qwen25VLConfig Config)> checkpoints)
    {
        StageTally tally = stages[Qwen25VLStages.TensorNames];
        foreach (string key in table.Facts.Keys.Where(key => key.StartsWith(KeyBegin, StringComparison.Ordinal)))
        {
            IReadOnlyList<string> names = table.Facts.Texts(key) ?? throw table.Facts.Wrong(key, "a list of names");
            string[] parameters = Sorted(names.Select(name => Qwen25VLTensorNames.Resolve(name).Parameter ?? $"{name} (unknown)"));
            (string checkpoint, string[] own) = checkpoints.Select(item => (item.Name, Names: Sorted(ParametersOf(item.Config))))
                .MinBy(item => item.Names.Except(parameters).Count() + parameters.Except(item.Names).Count());
            if (checkpoint is null)
            {
                tally.Fail($"{key}: no checkpoint could be read that they might be the names of");
                continue;
            }

            tally.SameItems($"{key}, as {checkpoint} has them", parameters, own);
        }
    }

    private static IEnumerable<string> ParametersOf(Qwen25VLConfig config) =>
        config.Family.Expected(config, hasHead: !config.Language.TiesWordEmbeddings).Select(tensor => tensor.Name);

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
