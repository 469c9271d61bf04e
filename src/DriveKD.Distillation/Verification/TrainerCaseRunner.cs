using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Verification;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>Runs one recorded run through every stage that its content asks for.</summary>
internal static partial class TrainerCaseRunner
{
    /// <summary>What describes the recording and is no number of this implementation: notes, checks of the recording against itself, and maxima of what is compared one by one.</summary>
    private static readonly string[] _descriptions =
    [
        "case", "note", "largest_relative_difference_as_released_form", "largest_relative_difference_full_projection_to_released", "largest_relative_difference_plain_sum",
    ];

    private static readonly string[] _microStepDescriptions = ["as_released_form_relative_difference", "plain_sum_relative_difference"];

    /// <summary>Runs a case.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of its files.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellation">Checked before every sample.</param>
    /// <returns>One row per stage; never empty.</returns>
    public static IReadOnlyList<GoldenCheck> Run(TrainerFolder folder, string name, Device device, CancellationToken cancellation)
    {
        StageTable stages = new(TrainerStages.Float32, TrainerStages.Case);
        using DisposeScope scope = NewDisposeScope();
        try
        {
            using GoldenCase golden = GoldenCase.Open(name, Path.Combine(folder.Path, name));
            stages = StagesOf(golden);
            golden.CompareIndex(stages[TrainerStages.Files]);
            TrainerCase opened = TrainerCase.Read(folder, golden, stages);
            CompareSamples(opened);
            Replay(opened, device, cancellation);
            NoteLeftovers(golden, stages);
        }
        catch (InputException exception)
        {
            stages[TrainerStages.Case].Fail(exception.Problems.Count == 1 ? exception.Message : $"{exception.Problems[0]} (and {exception.Problems.Count - 1} more problems)");
        }
        catch (NonfiniteException exception)
        {
            stages[TrainerStages.Case].Fail(exception.Problem.ToString());
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or ExternalException or OverflowException or FormatException or KeyNotFoundException)
        {
            // The boundary of a case: whatever shape a golden has, the others still run.
            stages[TrainerStages.Case].Fail($"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }

        return stages.ToChecks(name);
    }

    private static StageTable StagesOf(GoldenCase golden) =>
        new(golden.Facts.Object("settings")?.Text("dtype") == "bfloat16" ? TrainerStages.Bfloat16 : TrainerStages.Float32, TrainerStages.Case);

    private static void CompareSamples(TrainerCase opened)
    {
        ModelConfig student = ModelConfigReader.Read(opened.Folder.Student);
        opened.Samples.CompareTokens(BpeTokenizer.Load(opened.Folder.Student), student.UsualPicture.Tokens, opened.Stages[TrainerStages.Tokens]);
        IEnumerable<string> pictures = opened.Samples.Samples.SelectMany(sample => sample.Record?.Images ?? []).Select(image => image.RecordedPath).Distinct();
        opened.Folder.Pictures.Compare(pictures, opened.Stages[TrainerStages.Pixels]);
    }

    private static void Replay(TrainerCase opened, Device device, CancellationToken cancellation)
    {
        void Run(StageTable stages, bool measures, double disturbance)
        {
            using TrainerReplay replay = new(opened, stages, measures, disturbance, device, cancellation);
            replay.Run(opened.Epochs, cancellation);
        }

        Run(opened.Stages, measures: true, disturbance: 0);

        // Where nothing asks for task gradients, training differentiates the weighted sum of the losses at once.
        DistillRecipe recipe = opened.Settings.Recipe;
        if (recipe.Gradients.Method == GradientMethod.Sum && recipe.Weighting.Kind == WeightingKind.Static)
        {
            Run(opened.Stages, measures: false, disturbance: 0);
        }

        string[] failed = [.. TrainerStages.Float32.Select(stage => stage.Name).Where(stage => opened.Stages[stage].HasFailedNumbers)];
        if (failed.Length > 0 && recipe.Precision == Precision.Float32)
        {
            StageTable disturbed = new(TrainerStages.Float32, TrainerStages.Case);
            Run(disturbed, measures: true, TrainerTolerances.Disturbance);
            foreach (string stage in failed)
            {
                opened.Stages[stage].LeaveOutRounding(disturbed[stage], TrainerTolerances.Disturbances);
            }
        }
    }

    private static void NoteLeftovers(GoldenCase golden, StageTable stages)
    {
        golden.Facts.Ignore(_descriptions);
        foreach (GoldenFacts microStep in golden.Facts.Objects("micro_steps") ?? [])
        {
            microStep.Ignore(_microStepDescriptions);
        }

        StageTally tally = stages[TrainerStages.NotCompared];
        foreach (string name in golden.Unused.Concat(golden.Facts.Unused.Select(key => Index().Replace(key, "[*]")).Distinct()))
        {
            tally.Skip(name);
        }
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
