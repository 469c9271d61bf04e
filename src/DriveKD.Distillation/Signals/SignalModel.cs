using DriveKD.Models.Layers;

namespace DriveKD.Distillation.Signals;

/// <summary>What a signal must know of a model.</summary>
/// <param name="Config">The decoder's shape.</param>
/// <param name="Where">The model, for messages.</param>
internal sealed record SignalModel(LanguageModelConfig Config, string Where);
