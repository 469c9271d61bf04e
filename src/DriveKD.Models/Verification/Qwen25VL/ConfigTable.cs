using System.Globalization;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>A config.json as the reference writes it: it is read as the config of one of the checkpoints beside it, whatever form that has.</summary>
internal static class ConfigTable
{
    public static void Run(string file, StageTable stages, IReadOnlyList<(string Name, Qwen25VLConfig Config)> checkpoints)
    {
        StageTally tally = stages[Qwen25VLStages.Config];
        string[] facts = FactsOf((Qwen25VLConfig)ModelConfigReader.Parse(file, File.ReadAllText(file)));
        (string checkpoint, string[] own) = checkpoints.Select(item => (item.Name, Facts: FactsOf(item.Config)))
            .MinBy(item => item.Facts.Zip(facts).Count(pair => pair.First != pair.Second));
        if (checkpoint is null)
        {
            tally.Fail("no checkpoint could be read whose config it might be");
            return;
        }

        tally.SameItems($"as {checkpoint} has it", facts, own);
    }

    private static string[] FactsOf(Qwen25VLConfig config)
    {
        LanguageModelConfig language = config.Language;
        (string, object?)[] facts =
        [
            ("hidden size", language.HiddenSize),
            ("layers", language.Layers),
            ("heads", language.Heads),
            ("key heads", language.KeyValueHeads),
            ("head size", language.HeadSize),
            ("MLP size", language.IntermediateSize),
            ("vocabulary", language.VocabularySize),
            ("norm epsilon", language.NormEpsilon),
            ("rotary base", language.RopeTheta),
            ("rotary scaling", language.RopeScaling),
            ("rotary factor", language.RopeFactor),
            ("rotary sections", language.Sections),
            ("positions", language.MaxPositions),
            ("head is the embedding", language.TiesWordEmbeddings),
            ("dtype", config.DType),
            ("image token", config.ImageTokenId),
            ("tower's outputs", config.Vision.OutputSize),
        ];
        return
        [
            .. facts.Concat(config.TowerFacts().Select(fact => (fact.Name, (object?)fact.Value)))
                .Select(fact => string.Create(CultureInfo.InvariantCulture, $"{fact.Item1}: {fact.Item2}")),
        ];
    }
}
