namespace DriveKD.Runs.Recipes.Reading;

/// <summary>How a key's value is written.</summary>
internal enum KeyKind
{
    /// <summary>A mapping of further keys.</summary>
    Section,

    /// <summary>A list with one item per key of a record.</summary>
    Tuple,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A list of mappings, all with the same keys.</summary>
    SectionList,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>One of a few names.</summary>
    Choice,
}
