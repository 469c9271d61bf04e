namespace DriveKD.Runs.Recipes;

/// <summary>How a question is laid out for a local model. Models behind servers are always asked by chat.</summary>
public enum PromptLayout
{
    /// <summary>The chat template of the model's folder, as its publisher means it.</summary>
    Chat,

    /// <summary>The sequence that distillation trains on: no system turn, every block of text encoded on its own.</summary>
    Training,
}
