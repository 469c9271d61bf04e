namespace DriveKD.Runs.Recipes;

/// <summary>What of a teacher the student follows.</summary>
public enum SignalKind
{
    /// <summary>Head-mean attention maps.</summary>
    Attention,

    /// <summary>The outputs of decoder layers; a learned linear map where the widths differ.</summary>
    HiddenStates,

    /// <summary>The distributions over the next token of the answer.</summary>
    Logits,
}
