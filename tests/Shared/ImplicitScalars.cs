using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DriveKD.Tests;

/// <summary>Looks for numbers that an assembly converts to TorchSharp Scalars in place.</summary>
internal static class ImplicitScalars
{
    /// <summary>Whether any code of the assembly calls Scalar's conversion operator.</summary>
    public static bool AreIn(Type typeOfAssembly)
    {
        using PEReader file = new(File.OpenRead(typeOfAssembly.Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.MemberReferences.Select(metadata.GetMemberReference).Any(member =>
            metadata.GetString(member.Name) == "op_Implicit"
            && member.Parent.Kind == HandleKind.TypeReference
            && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == "Scalar");
    }
}
