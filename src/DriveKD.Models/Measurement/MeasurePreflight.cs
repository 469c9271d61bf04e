using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement;

/// <summary>What can be known before any weight is read.</summary>
internal static class MeasurePreflight
{
    /// <summary>Reads the configs and checks that every case fits every model, and all models the memory.</summary>
    /// <param name="settings">What will be measured.</param>
    /// <param name="device">Where.</param>
    /// <param name="precision">In which dtype.</param>
    /// <param name="availableBytes">Memory that is left.</param>
    /// <returns>The configs in the folders' order.</returns>
    /// <exception cref="InputException">
    /// A folder is no model, a prompt is too long, weights of 8 bits cannot be decoded with there, or memory is short; everything at once.
    /// </exception>
    public static IReadOnlyList<ModelConfig> Check(MeasureSettings settings, Device device, ScalarType precision, long availableBytes)
    {
        ProblemList problems = new();
        problems.AddRange(settings.Check());
        try
        {
            if (settings.Weights == DecodingWeights.Int8)
            {
                RoundedDecoding.Require(device, "weights");
            }
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems);
        }

        List<ModelConfig> configs = [];
        foreach (string folder in settings.Folders)
        {
            try
            {
                configs.Add(ModelConfigReader.Read(folder, settings.Limits, ("--min-pixels", "--max-pixels")));
                problems.AddRange(settings.Cases.SelectMany(question => CheckLength(folder, configs[^1], question, settings.NewTokens)));
            }
            catch (InputException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        problems.ThrowIfAny();
        RequireMemory(settings, configs, device, precision, availableBytes);
        return configs;
    }

    private static IEnumerable<Problem> CheckLength(string folder, ModelConfig config, MeasureCase question, int newTokens)
    {
        long prompt = CaseSize.PromptTokens(config, question);
        long limit = CaseSize.Limit(config);
        if (prompt + newTokens > limit)
        {
            yield return new Problem(
                folder,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{question}: a prompt of {prompt} tokens and {newTokens} new ones exceed the model's limit of {limit}; use fewer pictures, prompt tokens or new tokens."));
        }
    }

    /// <summary>All models are in memory together, as they answer in turn. A CUDA device says itself what it cannot hold.</summary>
    private static void RequireMemory(
        MeasureSettings settings, IReadOnlyList<ModelConfig> configs, Device device, ScalarType precision, long availableBytes)
    {
        int size = precision.ElementSize();
        double weights = (configs.Sum(CaseSize.Parameters) * size) + (settings.Weights == DecodingWeights.Int8 ? configs.Sum(CaseSize.RoundedBytes) : 0);
        double working = configs.Max(config => settings.Cases.Max(
            question => CaseSize.KeyValues(config, question, settings.NewTokens) + CaseSize.LayerValues(config, question))) * size;
        if (device.type == DeviceType.CUDA || weights + working <= availableBytes)
        {
            return;
        }

        string together = configs.Count > 1 ? $"{configs.Count} models together" : "the model";
        string advice = $"{(size > 2 ? "--precision bfloat16, " : "")}fewer pictures or prompt tokens{(configs.Count > 1 ? ", or the folders one at a time" : "")}";
        throw new InputException(
            "memory",
            $"{together} would need at least {ByteCount.Format(weights + working)} (weights {ByteCount.Format(weights)}, prompt and cache of the largest case "
            + $"{ByteCount.Format(working)}); {ByteCount.Format(availableBytes)} are available. Use {advice}; drivekd plan computes what models need that do not fit.");
    }
}
