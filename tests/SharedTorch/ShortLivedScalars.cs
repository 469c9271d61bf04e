using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using TorchSharp;

namespace DriveKD.Tests;

/// <summary>
/// Finds calls into TorchSharp that make a Scalar and drop it: their native pointer may be freed by a garbage collection on another
/// thread while libtorch reads it. TorchSharp's own code is followed call by call, so that <c>a.add(b)</c>, which makes
/// its factor of 1 that way, counts as well as <c>a.mul(2.0)</c>.
/// </summary>
internal static class ShortLivedScalars
{
    private static readonly Dictionary<short, OpCode> _opCodes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The calls of an assembly, as "type.method calls TorchSharp method".</summary>
    public static IReadOnlyList<string> CallsIn(Type typeOfAssembly)
    {
        HashSet<string> unsafeMethods = UnsafeMethodsOfTorchSharp();
        Assert.True(unsafeMethods.Count > 50, $"only {unsafeMethods.Count} methods of TorchSharp make Scalars: the search no longer understands it");
        using PEReader file = new(File.OpenRead(typeOfAssembly.Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. from method in metadata.MethodDefinitions
               from call in Calls(file, metadata, method)
               where unsafeMethods.Contains(call)
               select $"{NameOf(metadata, method)} calls {call}",
        ];
    }

    private static HashSet<string> UnsafeMethodsOfTorchSharp()
    {
        using PEReader file = new(File.OpenRead(typeof(torch).Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        Dictionary<string, HashSet<string>> callersByCallee = [];
        foreach (MethodDefinitionHandle method in metadata.MethodDefinitions)
        {
            string caller = NameOf(metadata, method);
            foreach (string callee in Calls(file, metadata, method))
            {
                (callersByCallee.TryGetValue(callee, out HashSet<string>? callers) ? callers : callersByCallee[callee] = []).Add(caller);
            }
        }

        // A caller that gets a Scalar made for it can keep it; one that calls something which makes its own cannot.
        Queue<string> open = new(callersByCallee.Keys.Where(MakesScalarForItsCaller));
        HashSet<string> found = [];
        while (open.TryDequeue(out string? callee))
        {
            foreach (string caller in callersByCallee.GetValueOrDefault(callee) ?? [])
            {
                if (!MakesScalarForItsCaller(caller) && found.Add(caller))
                {
                    open.Enqueue(caller);
                }
            }
        }

        // In our own code the conversion in place is what makes a Scalar that nobody keeps.
        found.UnionWith(callersByCallee.Keys.Where(name => name.Contains("Scalar.op_Implicit", StringComparison.Ordinal)));
        return found;
    }

    private static bool MakesScalarForItsCaller(string name) =>
        name.Contains("Scalar.op_Implicit", StringComparison.Ordinal) || name.Contains(".ToScalar(", StringComparison.Ordinal);

    private static IEnumerable<string> Calls(PEReader file, MetadataReader metadata, MethodDefinitionHandle handle)
    {
        MethodDefinition method = metadata.GetMethodDefinition(handle);
        if (method.RelativeVirtualAddress == 0)
        {
            yield break;
        }

        byte[] code = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = code[at] == 0xFE ? _opCodes[(short)(0xFE00 | code[at + 1])] : _opCodes[code[at]];
            at += operation.Size;
            if (operation.OperandType == OperandType.InlineMethod)
            {
                string? callee = Resolve(metadata, MetadataTokens.EntityHandle(BitConverter.ToInt32(code, at)));
                if (callee is not null)
                {
                    yield return callee;
                }
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static string? Resolve(MetadataReader metadata, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MethodDefinition => NameOf(metadata, (MethodDefinitionHandle)handle),
        HandleKind.MethodSpecification => Resolve(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        HandleKind.MemberReference => NameOf(metadata, metadata.GetMemberReference((MemberReferenceHandle)handle)),
        _ => null,
    };

    private static string NameOf(MetadataReader metadata, MethodDefinitionHandle handle)
    {
        MethodDefinition method = metadata.GetMethodDefinition(handle);
        MethodSignature<string> signature = method.DecodeSignature(new TypeNames(), null);
        return Join(metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name), metadata.GetString(method.Name), signature);
    }

    private static string? NameOf(MetadataReader metadata, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference || member.GetKind() != MemberReferenceKind.Method)
        {
            return null;
        }

        string type = metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name);
        return Join(type, metadata.GetString(member.Name), member.DecodeMethodSignature(new TypeNames(), null));
    }

    private static string Join(string type, string method, MethodSignature<string> signature) =>
        $"{type}.{method}({string.Join(", ", signature.ParameterTypes)})";

    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "method*";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => "!!" + index;

        public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }
}
