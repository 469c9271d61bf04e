using DriveKD.Data.Text;
using DriveKD.Models.Families;

namespace DriveKD.Distillation.Training;

/// <summary>What a checkpoint folder says of a model before its weights are read.</summary>
/// <param name="Where">The recipe's key and place, for messages.</param>
/// <param name="Folder">The absolute folder.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
internal sealed record OpenedModel(string Where, string Folder, ModelConfig Config, BpeTokenizer Tokenizer);
