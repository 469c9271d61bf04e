namespace DriveKD.Runs.Recipes;

/// <summary>The part of an attention map that is compared: the kind of its queries to the kind of its keys. Vision is every image token, text everything else.</summary>
public enum AttentionMapKind
{
    /// <summary>Every query, every key.</summary>
    Full,

    /// <summary>Text queries, vision keys.</summary>
    TextToVision,

    /// <summary>Vision queries, text keys.</summary>
    VisionToText,

    /// <summary>Text queries, text keys.</summary>
    TextToText,
}
